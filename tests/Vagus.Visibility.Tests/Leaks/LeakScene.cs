using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// A tenant with one patient's record of every type, each value with the canary, and those who ask for it. The label stands in all of it.
/// </summary>
internal sealed class LeakScene(Clinic clinic, Person boss, Pairs pairs, int share)
{
    public const string Patient = "kooi-patient";
    public const string Other = "kooi-neighbour";
    public const string Canary = "kanarie";
    private const int EntriesOfTransaction = 60;

    public Clinic Clinic => clinic;

    public Person Boss => boss;

    public Pairs Pairs => pairs;

    public List<Asker> Askers { get; } = [];

    /// <param name="house">The server.</param>
    /// <param name="searched">What it searches.</param>
    /// <param name="share">Each asker searches for every so many-th pair, the next asker for those after them; 1: for all.</param>
    public static async Task<LeakScene> Open(House house, IEnumerable<(string Type, List<string> Parameters)> searched, int share)
    {
        var clinic = await house.NewClinic();
        var scene = new LeakScene(clinic, await clinic.Has(Role.Admin, sensitive: true), Pairs.Of(searched, Patient, Canary), share);
        scene.Pairs.Add($$"""{"resourceType":"Patient","id":"{{Other}}"}""");
        return scene;
    }

    /// <summary>What the server says it searches.</summary>
    public static async Task<List<(string Type, List<string> Parameters)>> Searched(House house)
    {
        var text = await house.Http.GetStringAsync(new Uri(house.Address, "/fhir/metadata"));
        return
        [
            .. JsonElement.Parse(text).GetProperty("rest")[0].GetProperty("resource").EnumerateArray().Select(resource => (
                Type: resource.GetProperty("type").GetString()!,
                resource.GetProperty("searchParam").EnumerateArray().Select(each => each.GetProperty("name").GetString()!).ToList()))
            // Messages are not written as resources, and reached by taking part: Vagus.Messaging.Tests asks for them.
            .Where(each => each.Type != RowScope.OfThreads),
        ];
    }

    public Asker Add(Person person, string name, Func<Made, bool> sees, string? scopes = null, string scopePatient = "",
        Clinic? elsewhere = null, Func<Made, bool>? open = null)
    {
        var turn = Askers.Count;
        var asker = new Asker(elsewhere ?? clinic, person, name, sees)
        {
            Scopes = scopes, ScopePatient = scopePatient, Open = open, Asks = pair => (pair - turn) % share == 0,
        };
        Askers.Add(asker);
        return asker;
    }

    public Asker AddBoss() => Add(boss, "administrator", _ => true);

    /// <summary>Writes all records, each changed as the scene wants it. A Provenance is written once.</summary>
    public async Task Write(Action<JsonObject>? change = null, bool again = false)
    {
        foreach (var records in pairs.Records.Where(made => !again || made.Type != "Provenance").Chunk(EntriesOfTransaction))
        {
            await boss.Write(records.Select(made =>
            {
                var resource = made.Resource.DeepClone().AsObject();
                if (made.Id != Other) change?.Invoke(resource);
                return resource.ToJsonString();
            }));
        }

        var disclosed = new AuditEntry(AuditActions.Disclose) { On = $"Patient/{Patient}", Patients = [new PatientId(Patient)] };
        Assert.Null(await clinic.House.Get<AuditTrail>().Append(clinic.Tenant, disclosed));
    }

    /// <summary>Adds a security label to the resource.</summary>
    public static void Label(JsonObject resource, string label) =>
        resource["meta"]!["security"]!.AsArray().Add(JsonNode.Parse(label));
}
