"""What a process of the project answers to the command line outside, which brings this code along if it has to.

So nothing here needs more than Django and the standard library. A question is a line of JSON, and so is its answer.
"""
