"""The review desk: a web page on this machine alone, where people read passages and say what they are."""
