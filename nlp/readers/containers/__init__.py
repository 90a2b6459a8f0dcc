"""Files that hold files: archives and e-mails. Their members become inputs of their own."""
