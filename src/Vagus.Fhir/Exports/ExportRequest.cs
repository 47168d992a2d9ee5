using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Vagus.Access.Authorization;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Exports;

/// <summary>What an export is asked for (Bulk Data Access 2.0, "Kick-off Request").</summary>
/// <param name="Url">The address with its query, as the manifest repeats it.</param>
/// <param name="OfPatients">Only resources in the compartments of patients.</param>
/// <param name="Types">The types, in the order in which they are written.</param>
internal sealed partial record ExportRequest(string Url, bool OfPatients, IReadOnlyList<string> Types)
{
    private const int MostFilters = 50;
    private static readonly string[] Formats = ["application/fhir+ndjson", "application/ndjson", "ndjson"];

    /// <summary>The patients of a group; null: of all.</summary>
    public IReadOnlyList<string>? Patients { get; init; }

    /// <summary>An instant: only resources that were changed then or later.</summary>
    public string? Since { get; init; }

    /// <summary><c>_typeFilter</c>: searches by type, of which one must find the resource.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary><c>_elements</c>; null: all.</summary>
    public string? Elements { get; init; }

    /// <summary>Each type, and after them each again for what was deleted of it, where deletions are told.</summary>
    [JsonIgnore]
    public int Steps => Since is null ? Types.Count : 2 * Types.Count;

    public (string Type, bool IsOfDeleted) StepAt(int step) => (Types[step % Types.Count], step >= Types.Count);

    /// <summary>Microseconds; null: no instant was named.</summary>
    public long? SinceInstant() => Since is { } since && DateRange.Parse(since) is { } range ? range.Low.ToMicroseconds() : null;

    public static Result<ExportRequest> Read(
        FhirCall call, OperationRow operation, OperationParameters parameters, string url, bool ofPatients)
    {
        if (operation.RefuseOthers(parameters) is { } unknown) return unknown;
        if (parameters.Text("_outputFormat") is { } format && !Formats.Contains(format.Replace(' ', '+')))
            return FhirRefusals.NotSupported("Files are application/fhir+ndjson.");
        var since = parameters.Text("_since")?.Replace(' ', '+');
        if (since is not null && (DateRange.Parse(since) is null || !since.Contains('T', StringComparison.Ordinal)))
            return FhirRefusals.Invalid("_since must be an instant.");
        if (ReadSubset.Elements(parameters.Text("_elements") ?? "").Refusal is { } malformed) return malformed;
        var types = TypesOf(call, parameters, ofPatients);
        if (types.Refusal is { } closed) return closed;
        var request = new ExportRequest(url, ofPatients, types.Value)
        {
            Since = since, Elements = parameters.Text("_elements"),
            Filters = [.. parameters.Texts("_typeFilter").SelectMany(text => Filter().Split(text)).Where(text => text.Length > 0)],
        };
        return request.RefuseFilters(call) is { } refused ? refused : request;
    }

    /// <summary>The queries by which resources of a type are found; several are alternatives.</summary>
    public IReadOnlyList<string> QueriesOf(string type)
    {
        var since = Since is null ? "" : $"&_lastUpdated=ge{Uri.EscapeDataString(Since)}";
        List<string> own =
        [
            .. Filters.Where(filter => filter.StartsWith($"{type}?", StringComparison.Ordinal))
                .Select(filter => filter[(type.Length + 1)..]),
        ];
        return own.Count == 0 ? [since.TrimStart('&')] : [.. own.Select(filter => filter + since)];
    }

    public ResourceSubset? Subset() => ReadSubset.Elements(Elements ?? "").Value;

    /// <summary>
    /// The caller's rights of now, as a digest: files and further work are for a caller of the same rights. A grant that was taken away
    /// ends the export.
    /// </summary>
    public static string RightsOf(Reach reach)
    {
        var text = new StringBuilder(reach.Caller.Role.ToString());
        foreach (var type in R4Definitions.ResourceTypes)
        {
            foreach (var scope in reach.ScopesOf(ResourceInteractions.Search, type))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{type} {(long)scope.SeesLabels} {scope.ReleasedOnly}");
                if (scope.NeedsCompartment(type)) text.Append(" in ").AppendJoin(',', scope.Patients ?? []);
                text.Append(" by ").AppendJoin(',', scope.Parties ?? []).Append(" as ").AppendJoin(',', scope.Criteria);
                if (RowScope.NamesPeople(type)) text.Append(" for ").AppendJoin(',', scope.NamesIn(type) ?? ["*"]);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static Result<List<string>> TypesOf(FhirCall call, OperationParameters parameters, bool ofPatients)
    {
        var named = parameters.Texts("_type").SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.Ordinal).ToList();
        foreach (var type in named)
        {
            if (!R4Definitions.IsResourceType(type)) return FhirRefusals.Invalid("_type must name R4 resource types.");
            if (!call.Reach.May(ResourceInteractions.Search, type)) return FhirRefusals.Forbidden;
        }

        var all = R4Definitions.ResourceTypes.Where(type =>
            type != ReadSearch.Apart && call.Reach.May(ResourceInteractions.Search, type) && (!ofPatients || IsOfPatients(type)));
        return named.Count > 0 ? named.FindAll(type => type != ReadSearch.Apart && (!ofPatients || IsOfPatients(type))) : all.ToList();
    }

    private static bool IsOfPatients(string type) => type == "Patient" || R4Definitions.PatientCompartment(type).Count > 0;

    // Within a filter, a comma joins the values of a parameter.
    [GeneratedRegex(",(?=[A-Z][A-Za-z]*\\?)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Filter();

    private Refusal? RefuseFilters(FhirCall call)
    {
        if (Filters.Count > MostFilters) return FhirRefusals.TooCostly($"An export has at most {MostFilters} filters.");
        foreach (var filter in Filters)
        {
            var type = filter.Split('?', 2)[0];
            if (!filter.Contains('?', StringComparison.Ordinal) || !Types.Contains(type))
                return FhirRefusals.Invalid("_typeFilter is written Type?query, of a type that is exported.");
        }

        foreach (var type in Types)
        {
            foreach (var query in QueriesOf(type))
            {
                if (ReadSearch.RunFilter(type, query, call, matches: 1).Refusal is { } refused) return refused;
            }
        }

        return null;
    }
}
