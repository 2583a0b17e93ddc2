"""A believable company for the demo: people, rosters, policies, two months of incidents. Made through the same
actions people use, at past moments; nothing here is reachable outside `seed_demo`."""
