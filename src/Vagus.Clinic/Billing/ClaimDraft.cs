using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>One line of a claim.</summary>
internal sealed record ClaimLine(string Code, string? Description, decimal Amount)
{
    private const int MostLines = 100;
    private const int LongestCode = 40;

    /// <summary>Null where the body has none.</summary>
    public static List<ClaimLine>? ListIn(BodyFields fields)
    {
        if (fields.Objects("lines", MostLines, "code", "description", "amount") is not { } lines) return null;
        if (lines.Count == 0) fields.Refuse(FieldRefusals.Wrong("lines", "at least one line"));
        return [.. lines.Select(Of)];
    }

    public static Refusal? Refuse(IEnumerable<ClaimLine> lines, string currency) =>
        lines.Select(line => Amounts.RefuseDecimals("amount", line.Amount, currency)).FirstOrDefault(refusal => refusal is not null);

    private static ClaimLine Of(BodyFields line)
    {
        if (!line.Has("amount")) line.Refuse(FieldRefusals.Missing("amount"));
        return new ClaimLine(
            line.Text("code", LongestCode), line.TextOrNull("description"), line.Number("amount", 0, Amounts.Most) ?? 0);
    }
}

/// <summary>The claim that a request asks for.</summary>
internal sealed record ClaimDraft(
    string PatientId, string? EncounterId, string Payer, IReadOnlyList<ClaimLine> Lines, string Currency)
{
    public static readonly string[] Fields = ["patientId", "encounterId", "payer", "lines", "currency"];

    public static ClaimDraft Of(BodyFields fields)
    {
        if (!fields.Has("lines")) fields.Refuse(FieldRefusals.Missing("lines"));
        var draft = new ClaimDraft(
            fields.Id("patientId"), fields.IdOrNull("encounterId"), fields.Text("payer"), ClaimLine.ListIn(fields) ?? [],
            Amounts.CurrencyIn(fields) ?? Amounts.DefaultCurrency);
        if (ClaimLine.Refuse(draft.Lines, draft.Currency) is { } refusal) fields.Refuse(refusal);
        return draft;
    }
}

/// <summary>What a request changes of a claim; what is absent stays as it is.</summary>
internal sealed record ClaimChange(string? EncounterId, string? Payer, IReadOnlyList<ClaimLine>? Lines)
{
    public static readonly string[] Fields = ["encounterId", "payer", "lines"];

    public static ClaimChange Of(BodyFields fields) =>
        new(fields.IdOrNull("encounterId"), fields.TextOrNull("payer"), ClaimLine.ListIn(fields));
}
