using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>
/// The permission for labelled records in a request: <c>labels</c> names categories; <c>seesSensitive</c> stands for all of them, or none.
/// </summary>
internal static class LabelFields
{
    private const string Labels = "labels";
    private const string All = "seesSensitive";

    /// <summary>Null where the request has neither field.</summary>
    public static Result<Sensitivity?> Read(RequestFields fields)
    {
        var flag = fields.Flag(All);
        if (flag.Refusal is { } badFlag) return badFlag;
        var names = fields.Texts(Labels, Sensitivities.Names.Count);
        if (names.Refusal is { } badNames) return badNames;
        if (names.Value is null) return flag.Value is { } sees ? (sees ? Sensitivity.All : Sensitivity.None) : (Sensitivity?)null;
        if (flag.Value is not null) return Both;
        return Sensitivities.Parse(names.Value) is { } set ? (Sensitivity?)set : Refuse;
    }

    /// <summary>How the audit says it: all labels, none, or the categories by name.</summary>
    public static string Audited(Sensitivity seen) => seen switch
    {
        Sensitivity.All => "sees-sensitive=true",
        Sensitivity.None => "sees-sensitive=false",
        _ => $"labels={string.Join('+', Sensitivities.NamesOf(seen))}",
    };

    private static readonly Refusal Refuse = new(
        RefusalKind.Unprocessable, "invalid_labels", $"A category of labels is one of {string.Join(", ", Sensitivities.Names)}.");

    private static readonly Refusal Both = new(
        RefusalKind.Unprocessable, "invalid_labels", "A request has either labels or seesSensitive.");
}
