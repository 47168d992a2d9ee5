using Vagus.Fhir.R4.Definitions;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>The rows by which a resource is found: its search values and the compartments it is in.</summary>
internal static class IndexRows
{
    private static readonly InsertInto Token = new(
        "fhir_token", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("code", ColumnType.Text), ("system", ColumnType.Text),
            ("rid", ColumnType.BigInt));

    private static readonly InsertInto Reference = new(
        "fhir_reference", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("target_id", ColumnType.Text),
            ("target_type", ColumnType.Text), ("rid", ColumnType.BigInt));

    private static readonly InsertInto String = new(
        "fhir_string",
        ("tenant_id", ColumnType.Text),
        ("param", ColumnType.BigInt),
        ("folded", ColumnType.Text),
        ("exact", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("whole", ColumnType.Text));

    private static readonly InsertInto Date = new(
        "fhir_date", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("low", ColumnType.BigInt), ("high", ColumnType.BigInt),
            ("rid", ColumnType.BigInt));

    private static readonly InsertInto Compartment = new(
        "fhir_compartment", ("tenant_id", ColumnType.Text), ("patient_id", ColumnType.Text), ("rid", ColumnType.BigInt),
            ("since", ColumnType.BigInt));

    // These two are columns of the resource's own row.
    private static readonly int? IdParameter = R4Definitions.SearchParameter("Patient", "_id")?.Id;
    private static readonly int? LastUpdatedParameter = R4Definitions.SearchParameter("Patient", "_lastUpdated")?.Id;

    public static void Add(WriteTransaction write, long rid, PreparedResource resource)
    {
        var tenant = write.Tenant.Value;
        foreach (var token in resource.Index.Tokens)
        {
            if (token.Parameter != IdParameter)
                write.Insert(Token, tenant, (long)token.Parameter, IndexKey.Of(token.Code), token.System, rid);
        }

        // What lies elsewhere is kept under its URL; ids have no ':' or '/', so the two cannot be mistaken for each other.
        foreach (var target in resource.Index.References)
            write.Insert(Reference, tenant, (long)target.Parameter, target.Id ?? IndexKey.Of(target.Url), target.Type, rid);
        foreach (var text in resource.Index.Strings)
        {
            var (prefix, whole) = (TextPrefix.Of(text.Normalized), TextPrefix.WholeOf(text.Normalized));
            write.Insert(String, tenant, (long)text.Parameter, prefix, text.Exact, rid, whole);
        }

        foreach (var date in resource.Index.Dates)
        {
            if (date.Parameter != LastUpdatedParameter)
                write.Insert(Date, tenant, (long)date.Parameter, date.Low.ToMicroseconds(), DateSql.EndOf(date.High), rid);
        }

        IndexMetrics.Wrote(resource.Index);
    }

    /// <summary>
    /// Puts the resource into compartments. A patient sees no version from before <paramref name="since"/>: that was somebody else's.
    /// </summary>
    public static void Enter(WriteTransaction write, long rid, IEnumerable<string> patients, long since)
    {
        foreach (var patient in patients) write.Insert(Compartment, write.Tenant.Value, patient, rid, since);
    }

    /// <summary>
    /// Takes the resource from the compartments that its new version is not in and puts it into those that it was not in before.
    /// </summary>
    public static async ValueTask Move(
        WriteTransaction write,
        CurrentRow current,
        IReadOnlyList<string> before,
        IReadOnlyList<string> patients,
        long version,
        CancellationToken cancel)
    {
        object?[] key = [write.Tenant.Value, current.Rid];
        // What comes back after a deletion begins anew.
        List<string> stays = current.Deleted ? [] : [.. before.Intersect(patients, StringComparer.Ordinal)];
        foreach (var left in before.Except(stays, StringComparer.Ordinal)) await write.Queue(Leave, [.. key, left], cancel);
        Enter(write, current.Rid, patients.Except(stays, StringComparer.Ordinal), version);
    }

    /// <summary>The patients in whose compartments the resource is now.</summary>
    public static async ValueTask<IReadOnlyList<string>> PatientsOf(WriteTransaction write, long rid, CancellationToken cancel) =>
        await write.Query(Compartments, [write.Tenant.Value, rid], row => row.GetString(0), cancel);

    /// <summary>Takes the search values away, all of them.</summary>
    public static async ValueTask Remove(WriteTransaction write, long rid, CancellationToken cancel)
    {
        await write.Queue(RemoveReferences, [write.Tenant.Value, rid], cancel);
        await RemoveValues(write, rid, cancel);
    }

    /// <summary>
    /// Of a deleted resource: the parties of a Task stay, as compartments do. Who could see the resource may see that it is gone.
    /// </summary>
    public static async ValueTask RemoveDeleted(WriteTransaction write, long rid, CancellationToken cancel)
    {
        await write.Queue(RemoveOthers, [write.Tenant.Value, rid, TaskParties.Owner, TaskParties.Requester], cancel);
        await RemoveValues(write, rid, cancel);
    }

    private static async ValueTask RemoveValues(WriteTransaction write, long rid, CancellationToken cancel)
    {
        object?[] key = [write.Tenant.Value, rid];
        await write.Queue(RemoveTokens, key, cancel);
        await write.Queue(RemoveStrings, key, cancel);
        await write.Queue(RemoveDates, key, cancel);
    }

    private static readonly Statement RemoveTokens = new("delete from fhir_token where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveReferences = new("delete from fhir_reference where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveOthers = new("""
        delete from fhir_reference
        where tenant_id = @tenant_id
          and rid = @rid
          and param not in (@owner, @requester)
        """);

    private static readonly Statement RemoveStrings = new("delete from fhir_string where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveDates = new("delete from fhir_date where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement Compartments = new(
        "select patient_id from fhir_compartment where tenant_id = @tenant_id and rid = @rid order by patient_id");

    private static readonly Statement Leave = new(
        "delete from fhir_compartment where tenant_id = @tenant_id and rid = @rid and patient_id = @patient_id");
}
