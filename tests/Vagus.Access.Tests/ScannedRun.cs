using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
