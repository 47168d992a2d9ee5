using Vagus.Fhir.Store.Index;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// How the tables of this room are moved with a tenant: the numbers of names (<see cref="Names"/>) are others in each database.
/// </summary>
internal static class MovedTables
{
    private const string Tenant = "fhir_tenant";
    private const string Type = "fhir_type";
    private const string Name = "fhir_name";

    public static readonly NumberFamily[] Families =
    [
        new(Tenant, Of($"and kind = {(long)NameKind.Tenant}")),
        new(Type, Of($"and kind = {(long)NameKind.Type}")),
        new(Name, Of("")),
    ];

    public static readonly MovedTable[] All =
    [
        // Connections remember numbers. Where a tenant comes back, its names have those that they had.
        new("fhir_name") { Order = MoveOrder.First, GivenAnew = "number", Remains = true },
        OfTypes("fhir_resource") with { Packed = new PackedNumbers("index_keys", Name, ResourceKeys.Map) },
        OfTypes("fhir_later_version"),
        new("fhir_text_state") { Numbers = [new NumberedColumn("type_number", Name)] },
        OfTenants("fhir_compartment"),
        OfTenants("fhir_token", "system_number"),
        OfTenants("fhir_reference", "target_type"),
        OfTenants("fhir_resource_reference", "target_type"),
        OfTenants("fhir_string"),
        OfTenants("fhir_date"),
        OfTenants("fhir_resource_date"),
        OfTenants("fhir_amount", "system_number"),
        OfTenants("fhir_resource_amount", "system_number"),
        OfTenants("fhir_uri"),
        OfTenants("fhir_composite", "system_number"),
        OfTenants("fhir_word"),
        OfTenants("fhir_position"),
    ];

    private static MovedTable OfTypes(string table) => new(table)
    {
        Owner = new NumberedColumn("type_number", Type), Numbers = [new NumberedColumn("type_number", Name)],
    };

    private static MovedTable OfTenants(string table, params string[] names) => new(table)
    {
        Owner = new NumberedColumn("tenant_number", Tenant),
        Numbers = [new NumberedColumn("tenant_number", Name), .. names.Select(column => new NumberedColumn(column, Name))],
    };

    private static Statement Of(string kind) => new($"""
        select number, kind || ' ' || name
        from fhir_name
        where tenant_id = @tenant_id
        {kind}
        order by number
        """);
}
