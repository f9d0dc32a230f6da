"""How the models that ship with the project were trained, runnable end to end.

A recipe needs the data sets that it names, which are not part of the project. Nothing that serves imports
anything from here.
"""
