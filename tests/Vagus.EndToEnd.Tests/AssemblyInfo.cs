// Each test runs real processes; two at a time would compete for the processor and tell nothing about either.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
