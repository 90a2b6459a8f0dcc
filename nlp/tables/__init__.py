"""The schema of every table that passes from room to room, and the one check that holds a table to it."""

from nlp.tables.comparison import *
from nlp.tables.counts import *
from nlp.tables.harvest import *
from nlp.tables.judged import *
from nlp.tables.relations import *
from nlp.tables.reviewed import *
from nlp.tables.schema import *
from nlp.tables.texts import *
from nlp.tables.themes import *
from nlp.tables.units import *
from nlp.tables.words import *
