using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>What the chart's endpoints refuse, but for charts that are not there.</summary>
internal static class ChartRefusals
{
    public static readonly Refusal BeingBuilt = new(
        RefusalKind.Unavailable, "chart_being_built", "The charts are being built from the records and will be there in a while.");

    public static readonly Refusal Behind = new(
        RefusalKind.Unavailable, "chart_behind", "The charts have not come to that moment yet and will in a while.")
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { [Refusal.RetryAfter] = "1" },
    };

    public static readonly Refusal InTheFuture = new(
        RefusalKind.Invalid, "invalid_request", "asOf names a sequence or an instant that is yet to come.");

    public static readonly Refusal Malformed = new(
        RefusalKind.Invalid, "invalid_request",
        $"limit is a number from 1 to {ChartLimits.LargestPage}, cursor one that a page gave, asOf a sequence or an instant.");

    public static readonly Refusal NoSuchResult = new(RefusalKind.NotFound, "not_found", "There is no such result in this chart.");

    public static Refusal Unknown(IEnumerable<string> known) => new(
        RefusalKind.Invalid, "unknown_field", $"A chart takes the parameters {string.Join(", ", known)}, each once.");
}
