using System.Text.Json;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>The fields of answers and changes are those of docs/contracts/live-search.json.</summary>
public sealed class SearchContractTests
{
    private static readonly JsonElement Contract =
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(Root(), "docs/contracts/live-search.json")));

    [Fact]
    public async Task Answers_and_changes_have_the_fields_that_are_written_down_on_both_transports()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        var ann = await clinic.SignIn();
        await using var raw = await RawClient.Open(clinic, ann);
        await using var socket = await SocketClient.Open(clinic, ann);

        await raw.Say("subscribe", new { subscription_id = "s", search = "Appointment" });
        var first = await raw.Hear("subscribed");
        await raw.Say("subscribe", new { subscription_id = "t", search = "Appointment", since = 0 });
        var goesOn = await raw.Hear("subscribed");
        var answer = await socket.Ask("subscribe", new { search = "Appointment" });
        var continued = await socket.Ask("subscribe", new { search = "Appointment", since = 0 });
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a"));

        Has(Fields("answer", "ws"), first, absent: ["reset", "notice"]);
        Has(Fields("answer", "ws"), goesOn, absent: ["total", "complete", "notice", "resources"]);
        Has(Fields("answer", "socketIo"), answer, absent: ["reset", "notice"]);
        Has(Fields("answer", "socketIo"), continued, absent: ["total", "complete", "notice", "resources"]);
        Has(Fields("change", "ws"), await raw.Hear("search_changed"), absent: []);
        Has(Fields("change", "socketIo"), await socket.Hear("search_changed"), absent: []);
    }

    private static void Has(IEnumerable<string> written, JsonElement told, string[] absent) => Assert.Equal(
        written.Select(field => field.TrimEnd('?')).Except(absent).Order(StringComparer.Ordinal),
        told.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Fields(string what, string transport)
    {
        var at = Contract.GetProperty(what).GetProperty(transport);
        return (at.ValueKind == JsonValueKind.Array ? at : at.GetProperty("fields")).EnumerateArray().Select(field => field.GetString()!);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Vagus.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The repository was not found.");
        return folder.FullName;
    }
}
