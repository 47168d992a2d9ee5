using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
// The model's clients read slowly, and others wait for clocks of the system: two at a time would leave a core idle.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
