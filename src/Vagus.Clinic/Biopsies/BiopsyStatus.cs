using Vagus.Clinic.Requests;

namespace Vagus.Clinic.Biopsies;

/// <summary>The states of a biopsy, and which may follow which.</summary>
internal static class BiopsyStatus
{
    public const string Ordered = "ordered";
    public const string Collected = "collected";
    public const string Sent = "sent";
    public const string Resulted = "resulted";
    public const string Reviewed = "reviewed";
    public const string Cancelled = "cancelled";

    // A result may come before anybody has written down that the specimen was taken or sent. One that is amended waits for a review again.
    public static readonly Transitions Moves = new(
        (Ordered, [Collected, Resulted, Cancelled]),
        (Collected, [Sent, Resulted, Cancelled]),
        (Sent, [Resulted, Cancelled]),
        (Resulted, [Resulted, Reviewed]),
        (Reviewed, [Resulted]));

    /// <summary>What PUT may set; the others come by a result and its review.</summary>
    public static readonly IReadOnlyCollection<string> Set = [Collected, Sent, Cancelled];
}
