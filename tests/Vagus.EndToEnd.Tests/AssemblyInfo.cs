// Two at a time, as the machine has cores: a test waits for the start of processes and for browsers about half of its time.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Vagus.EndToEnd.Tests;

/// <summary>Tests whose requirement is a time: nothing else of this program runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
