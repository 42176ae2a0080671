"""One process for each state folder that owns what runs: services, lanes, and who has leased which.

The doors talk to it by way of ``client``, which starts it if it is not there. It outlives none of its clients unless it
was told to stay: whether they leave or are killed, an open socket is what tells that somebody is there.
"""
