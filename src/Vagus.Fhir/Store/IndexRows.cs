using Vagus.Fhir.Definitions;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>The rows by which a resource is found: its search values and the compartments it is in.</summary>
internal static class IndexRows
{
    private static readonly InsertInto Token = new(
        "fhir_token", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("code", ColumnType.Text), ("system", ColumnType.Text), ("rid", ColumnType.BigInt));

    private static readonly InsertInto Reference = new(
        "fhir_reference", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("target_id", ColumnType.Text), ("target_type", ColumnType.Text), ("rid", ColumnType.BigInt));

    private static readonly InsertInto String = new(
        "fhir_string", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("folded", ColumnType.Text), ("exact", ColumnType.Text), ("rid", ColumnType.BigInt));

    private static readonly InsertInto Date = new(
        "fhir_date", ("tenant_id", ColumnType.Text), ("param", ColumnType.BigInt), ("low", ColumnType.BigInt), ("high", ColumnType.BigInt), ("rid", ColumnType.BigInt));

    private static readonly InsertInto Compartment = new(
        "fhir_compartment", ("tenant_id", ColumnType.Text), ("patient_id", ColumnType.Text), ("rid", ColumnType.BigInt));

    // These two are columns of the resource's own row.
    private static readonly int? IdParameter = R4.SearchParameter("Patient", "_id")?.Id;
    private static readonly int? LastUpdatedParameter = R4.SearchParameter("Patient", "_lastUpdated")?.Id;

    public static void Add(WriteTransaction write, long rid, PreparedResource resource)
    {
        var tenant = write.Tenant.Value;
        foreach (var token in resource.Index.Tokens)
        {
            if (token.Parameter != IdParameter) write.Insert(Token, tenant, (long)token.Parameter, token.Code, token.System, rid);
        }

        // What lies elsewhere is kept under its URL; ids have no ':' or '/', so the two cannot be mistaken for each other.
        foreach (var target in resource.Index.References) write.Insert(Reference, tenant, (long)target.Parameter, target.Id ?? target.Url, target.Type, rid);
        foreach (var text in resource.Index.Strings) write.Insert(String, tenant, (long)text.Parameter, text.Normalized, text.Exact, rid);
        foreach (var date in resource.Index.Dates)
        {
            if (date.Parameter != LastUpdatedParameter) write.Insert(Date, tenant, (long)date.Parameter, date.Low.ToMicroseconds(), date.High.ToMicroseconds(), rid);
        }

        foreach (var patient in resource.Patients) write.Insert(Compartment, tenant, patient, rid);
    }

    public static async ValueTask Remove(WriteTransaction write, long rid, bool compartments, CancellationToken cancel)
    {
        object?[] key = [write.Tenant.Value, rid];
        await write.Later(RemoveTokens, key, cancel);
        await write.Later(RemoveReferences, key, cancel);
        await write.Later(RemoveStrings, key, cancel);
        await write.Later(RemoveDates, key, cancel);
        if (compartments) await write.Later(RemoveCompartments, key, cancel);
    }

    private static readonly Statement RemoveTokens = new("delete from fhir_token where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveReferences = new("delete from fhir_reference where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveStrings = new("delete from fhir_string where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveDates = new("delete from fhir_date where tenant_id = @tenant_id and rid = @rid");

    private static readonly Statement RemoveCompartments = new("delete from fhir_compartment where tenant_id = @tenant_id and rid = @rid");
}
