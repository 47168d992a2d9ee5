using System.Text.Json.Nodes;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>
/// What happens to a patient gives one chart, whatever happens to others before, between and behind it: the same histories, one patient
/// after the other and mixed by chance, end in the same charts.
/// </summary>
public abstract class ReorderingTests(FhirServer server)
{
    private const int StepsOfEach = 90;
    private const int Seed = 20261128;
    private static readonly string[] Patients = ["p1", "p2", "p3"];
    private static readonly string[] Lists = ["labs", "imaging", "medications", "encounters", "alerts"];

    /// <summary>Of the run: places in the log, times, and names that are made by chance.</summary>
    private static readonly string[] Incidental = ["sequence", "updatedAt", "age", "userId", "owner", "dueAt"];

    [Fact]
    public async Task Histories_of_patients_in_another_order_among_each_other_give_the_same_charts()
    {
        var (apart, mixed) = (await ChartClinic.Open(server), await ChartClinic.Open(server));
        string[] order = [.. Patients.SelectMany(patient => Enumerable.Repeat(patient, StepsOfEach))];
        await Live(apart, order);
        new Random(Seed).Shuffle(order);
        await Live(mixed, order);

        foreach (var patient in Patients)
        {
            var (one, other) = (await Everything(apart, patient), await Everything(mixed, patient));
            Assert.True(one == other, $"{patient}\n{one}\n{other}");
        }
    }

    private static async Task Live(ChartClinic clinic, string[] order)
    {
        var histories = Patients.ToDictionary(
            patient => patient, patient => new RandomHistory(clinic, Seed + Array.IndexOf(Patients, patient), patient));
        await clinic.Write([.. Patients.Select(patient => Records.Patient(patient))]);
        foreach (var patient in order) await histories[patient].Step();
    }

    private static async Task<string> Everything(ChartClinic clinic, string patient)
    {
        var all = new JsonObject { ["chart"] = Plain(JsonNode.Parse((await clinic.Chart(patient)).GetRawText())) };
        foreach (var list in Lists)
            all[list] = new JsonArray([.. (await clinic.List(patient, list)).Select(item => Plain(JsonNode.Parse(item.GetRawText())))]);
        return all.ToJsonString();
    }

    private static JsonNode? Plain(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Plain(item);
        }

        if (node is not JsonObject json) return node;
        foreach (var name in Incidental) json.Remove(name);
        // An alert without an owner yet has the id of the event, and a viewing the moment in which somebody looked.
        if (json.ContainsKey("requiresAcknowledgment") && json["id"]?.GetValue<string>().StartsWith("alert-", StringComparison.Ordinal) != true)
            json.Remove("id");
        if (json["viewings"] is JsonArray viewings) json["viewings"] = viewings.Count;
        foreach (var (_, value) in json.ToList()) Plain(value);
        return json;
    }
}

public sealed class ReorderingOnSqlite(SqliteFhirServer server) : ReorderingTests(server);

public sealed class ReorderingOnPostgres(PostgresFhirServer server) : ReorderingTests(server);
