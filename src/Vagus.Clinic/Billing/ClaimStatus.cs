using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;

namespace Vagus.Clinic.Billing;

/// <summary>The states of a claim, and which may follow which.</summary>
internal static class ClaimStatus
{
    public const string Draft = "draft";
    public const string Submitted = "submitted";
    public const string Accepted = "accepted";
    public const string Denied = "denied";
    public const string PartiallyPaid = "partially_paid";
    public const string Paid = "paid";
    public const string Cancelled = "cancelled";

    public static readonly Transitions Moves = new(
        (Draft, [Submitted]),
        (Submitted, [Accepted, Denied, PartiallyPaid, Paid]),
        (Accepted, [Denied, PartiallyPaid, Paid]),
        (Denied, [Accepted, PartiallyPaid, Paid]),
        (PartiallyPaid, [PartiallyPaid, Paid]));

    /// <summary>What an insurer may answer.</summary>
    public static readonly IReadOnlyCollection<string> Answers = [Accepted, Denied, PartiallyPaid, Paid];

    public static readonly IReadOnlyList<string> All = [Draft, Submitted, Accepted, Denied, PartiallyPaid, Paid, Cancelled];

    /// <summary>Of which FHIR status a claim in this state is.</summary>
    public static string Search(string status) => status switch
    {
        Draft => Draft,
        Cancelled => "cancelled,entered-in-error",
        _ => "active",
    };

    /// <summary>By the records, of any writer.</summary>
    public static string Of(JsonElement claim, JsonElement? response)
    {
        if (claim.Text("status") is not "active") return claim.Text("status") is Draft ? Draft : Cancelled;
        return response is not { } answer ? Submitted : InsurerDecision.Of(answer) switch
        {
            null => Submitted,
            InsurerDecision.Denied => Denied,
            InsurerDecision.Paid => answer.Text("outcome") == "partial" ? PartiallyPaid : Paid,
            _ => Accepted,
        };
    }
}
