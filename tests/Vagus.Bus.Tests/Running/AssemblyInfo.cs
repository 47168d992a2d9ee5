// A test has a NATS of its own and waits for it most of the time: two at a time would leave a core idle.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
