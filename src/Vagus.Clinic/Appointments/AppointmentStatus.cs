using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// The states of an appointment in this door's words, and which may follow which. R4 has no state for an encounter that goes on: it is
/// <c>checked-in</c> with an extension, and with a tag by which it is searched.
/// </summary>
internal static class AppointmentStatus
{
    public const string Booked = "booked";
    public const string InProgress = "in_progress";
    public const string Cancelled = "cancelled";
    public const string NoShow = "no_show";

    /// <summary>The extension's address and the tag's system.</summary>
    public const string Mark = "urn:vagus:appointment-status";

    /// <summary>FHIR's states in which the time is taken.</summary>
    public const string Occupying = "pending,booked,arrived,checked-in,fulfilled";

    public static readonly Transitions Moves = new(
        ("proposed", [Booked, Cancelled]),
        ("pending", [Booked, Cancelled]),
        ("waitlist", [Booked, Cancelled]),
        (Booked, ["arrived", "checked_in", InProgress, Cancelled, NoShow]),
        ("arrived", ["checked_in", InProgress, "completed", Booked, Cancelled, NoShow]),
        ("checked_in", [InProgress, "completed", "arrived", Booked, Cancelled]),
        (InProgress, ["completed", "checked_in", Cancelled]),
        (NoShow, [Booked, "arrived"]));

    private static readonly Dictionary<string, string> Fhir = new(StringComparer.Ordinal)
    {
        ["proposed"] = "proposed",
        ["pending"] = "pending",
        ["waitlist"] = "waitlist",
        [Booked] = "booked",
        ["arrived"] = "arrived",
        ["checked_in"] = "checked-in",
        [InProgress] = "checked-in",
        ["completed"] = "fulfilled",
        [Cancelled] = "cancelled",
        [NoShow] = "noshow",
        ["entered_in_error"] = "entered-in-error",
    };

    /// <summary>The words of this door and FHIR's own.</summary>
    public static IReadOnlyCollection<string> Known { get; } = [.. Fhir.Keys.Union(Fhir.Values, StringComparer.Ordinal)];

    /// <summary>The word of this door for a word of either.</summary>
    public static string WordOf(string status) =>
        Fhir.ContainsKey(status) ? status : Fhir.First(each => each.Value == status).Key;

    /// <summary>Of a resource; null where it has no status that R4 knows.</summary>
    public static string? Of(JsonElement appointment)
    {
        if (appointment.Text("status") is not { } status || !Fhir.ContainsValue(status)) return null;
        return appointment.Items("extension").Any(each => each.Text("url") == Mark) && status == "checked-in" ? InProgress : WordOf(status);
    }

    /// <summary>True where the status means that the time is taken.</summary>
    public static bool IsOccupying(string word) => Occupying.Split(',').Contains(Fhir[word], StringComparer.Ordinal);

    public static void SetOn(JsonObject appointment, string word)
    {
        appointment["status"] = Fhir[word];
        var extensions = Without(appointment["extension"] as JsonArray, each => (string?)each?["url"] == Mark);
        var meta = appointment["meta"] as JsonObject ?? [];
        var tags = Without(meta["tag"] as JsonArray, each => (string?)each?["system"] == Mark);
        if (word == InProgress)
        {
            extensions.Add(new JsonObject { ["url"] = Mark, ["valueCode"] = InProgress });
            tags.Add(new JsonObject { ["system"] = Mark, ["code"] = InProgress });
        }

        appointment.Put("extension", extensions.Count > 0 ? extensions : null);
        meta.Put("tag", tags.Count > 0 ? tags : null);
        appointment["meta"] = meta.DeepClone();
    }

    /// <summary>The search parameters that find appointments of this state.</summary>
    public static IEnumerable<(string Name, string? Value)> Search(string word)
    {
        yield return ("status", Fhir[word]);
        if (word == InProgress) yield return ("_tag", $"{Mark}|{InProgress}");
        else if (word == "checked_in") yield return ("_tag:not", $"{Mark}|{InProgress}");
    }

    private static JsonArray Without(JsonArray? list, Func<JsonNode?, bool> left) =>
        [.. (list ?? []).Where(each => !left(each)).Select(each => each?.DeepClone())];
}
