using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Care.Tests.Deriving;

/// <summary>A small FHIR store in memory: it keeps current versions and lets every registered rule see each transaction.</summary>
internal sealed class Clinic
{
    private static readonly CompartmentReader Compartments = new(OwnBases.None);
    private readonly Dictionary<string, JsonElement> current = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<IDeriveEvents> rules =
        [.. new ServiceCollection().AddCare().BuildServiceProvider().GetServices<IDeriveEvents>()];

    public Dictionary<string, JsonElement> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes resources in one transaction and returns what the rules told.</summary>
    public Task<Told> Write(params string[] resources) => Commit([.. resources.Select(Change)]);

    public Task<Told> Delete(string reference)
    {
        var (type, id) = Split(reference);
        var before = current[reference];
        var change = new ResourceChange(type, id, ++versions[reference], before, null) { Patients = PatientsOf(before) };
        current.Remove(reference);
        return Commit([change]);
    }

    private async Task<Told> Commit(IReadOnlyList<ResourceChange> changes)
    {
        var transaction = new Transaction(changes, current, Settings);
        foreach (var rule in rules) await rule.Derive(transaction, CancellationToken.None);
        return new(transaction.Emitted);
    }

    private ResourceChange Change(string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var type = (string)node["resourceType"]!;
        var id = (string)node["id"]!;
        var reference = $"{type}/{id}";
        var version = versions[reference] = versions.GetValueOrDefault(reference) + 1;
        var meta = node["meta"]?.AsObject() ?? [];
        meta["versionId"] = $"{version}";
        meta["lastUpdated"] = $"2026-03-09T14:{version:00}:00Z";
        node["meta"] = meta.Parent is null ? meta : meta.DeepClone();
        JsonElement? before = current.TryGetValue(reference, out var old) ? old : null;
        var after = current[reference] = JsonSerializer.SerializeToElement(node);
        return new(type, id, version, before, after)
        {
            Patients = PatientsOf(after), PatientsBefore = before is { } was ? PatientsOf(was) : [],
            Released = ReleaseToPatient.Allows(after, type),
        };
    }

    private static PatientId[] PatientsOf(JsonElement resource) =>
        [.. Compartments.Patients(resource, resource.GetProperty("resourceType").GetString()!).Select(id => new PatientId(id))];

    private static (string Type, string Id) Split(string reference) =>
        reference.Split('/') is [var type, var id] ? (type, id) : throw new ArgumentException(reference);

    private sealed class Transaction(
        IReadOnlyList<ResourceChange> changes, Dictionary<string, JsonElement> current, Dictionary<string, JsonElement> settings)
            : Derivation
    {
        public List<(ResourceChange About, EventData Data)> Emitted { get; } = [];

        public override Caller Caller { get; } = new(new("north"), new("u-1"), Role.Provider, new("s-1"));

        public override DateTimeOffset At { get; } = new(2026, 3, 9, 14, 30, 0, TimeSpan.Zero);

        public override TransactionChanges Changes { get; } = new(changes);

        protected override ValueTask<Candidate?> Find(string type, string id, CancellationToken cancel) =>
            new(current.TryGetValue($"{type}/{id}", out var resource) ? CandidateOf(resource) : null);

        protected override ValueTask<IReadOnlyList<Candidate>> FindOfPatient(string type, PatientId patient, CancellationToken cancel) =>
            new([.. current.Where(row => row.Key.StartsWith(type + "/", StringComparison.Ordinal) && PatientsOf(row.Value).Contains(patient))
                .Select(row => CandidateOf(row.Value))]);

        protected override ValueTask<IReadOnlyList<Candidate>> FindReferring(
            string type, string parameter, ResourceChange target, CancellationToken cancel) =>
            new([.. current.Where(row => row.Key.StartsWith(type + "/", StringComparison.Ordinal)
                    && row.Value.GetRawText().Contains($"\"{target.Type}/{target.Id}\"", StringComparison.Ordinal))
                .Select(row => CandidateOf(row.Value))]);

        public override ValueTask<JsonElement?> Setting(string name, CancellationToken cancel) =>
            new(settings.TryGetValue(name, out var setting) ? setting : null);

        protected override void Add(DerivedEvent derived) => Emitted.Add((derived.About, derived.Data));

        private static Candidate CandidateOf(JsonElement resource) => new(
            resource.GetProperty("resourceType").GetString()!,
            resource.GetProperty("id").GetString()!,
            long.Parse(
                resource.GetProperty("meta").GetProperty("versionId").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
            resource);
    }
}

/// <summary>What the rules told of one transaction.</summary>
internal sealed class Told(IReadOnlyList<(ResourceChange About, EventData Data)> emitted)
{
    public IReadOnlyList<string> Types { get; } = [.. emitted.Select(told => EventCatalogue.Of(told.Data).Name)];

    public T The<T>()
        where T : EventData => emitted.Select(told => told.Data).OfType<T>().Single();

    public string? PatientOf<T>()
        where T : EventData => emitted.Single(told => told.Data is T).About.Patient?.Value;

    public void Is(params string[] types) => Assert.Equal(types.Order(StringComparer.Ordinal), Types.Order(StringComparer.Ordinal));

    public void IsNothing() => Is();
}
