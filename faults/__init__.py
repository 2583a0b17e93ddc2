"""`./run faults`: the fault table of the paging engine, played with real processes, a real Postgres and Valkey and
stubs that speak the providers' protocols; each row judged by what the stubs took and what the database holds.

`ground` starts the servers, `stage` one run's processes and clock, `cast` its people, `ledger` reads the stubs, `book`
keeps the rows and what their runs came to, `table` prints and stores it. The rows are in `rows/`.

`--soak` plays no rows but everything at random (`soak`); `invariants` is what must hold whatever was played."""
