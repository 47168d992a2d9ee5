using System.Globalization;
using Vagus.Access.Requests;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>A list is a search of the caller's at the FHIR door.</summary>
internal static class SearchRecords
{
    /// <param name="call">Who asks.</param>
    /// <param name="type">The type that is listed.</param>
    /// <param name="page">Which page.</param>
    /// <param name="parameters">Search parameters with their values, unescaped. One without a value is left out.</param>
    /// <param name="viewOf">The record as this door answers it.</param>
    public static async ValueTask<Result<ListPage<T>>> Run<T>(
        RecordCall call, string type, ListQuery page, IEnumerable<(string Name, string? Value)> parameters, Func<FhirRecord, T> viewOf)
    {
        var found = await Page(call, type, page, parameters);
        if (found.Refusal is { } refusal) return refusal;
        return new ListPage<T>([.. found.Value.Items.Select(viewOf)], found.Value.Total, found.Value.Cursor);
    }

    /// <summary>The same as resources, where an answer needs more than each by itself.</summary>
    public static async ValueTask<Result<RecordPage>> Page(
        RecordCall call, string type, ListQuery page, IEnumerable<(string Name, string? Value)> parameters)
    {
        var count = (page.Limit + page.Offset).ToString(CultureInfo.InvariantCulture);
        var named = parameters.Where(each => each.Value is not null)
            .Select(each => $"{each.Name}={Uri.EscapeDataString(each.Value ?? "")}");
        var query = string.Join('&', named.Append($"_count={count}"));
        var found = await call.Search(type, query, page.Cursor);
        if (found.Refusal is { } refusal) return refusal;
        return page.Offset == 0 ? found : found.Value with { Items = [.. found.Value.Items.Skip(page.Offset)] };
    }

    /// <summary>A value as a search takes it: none of its characters begins another value (R4 §3.1.1.4.9).</summary>
    public static string Literal(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
