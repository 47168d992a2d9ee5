using Vagus.Storage.Migrations;

namespace Vagus.Fhir.Store;

/// <summary>Puts the owners of subscriptions into the rows of these, by which the reach of their readers is asked.</summary>
internal static class OwnersMigration
{
    public static readonly Migration Step = new(252, "owners of subscriptions", """
        update fhir_resource
        set parties = (
          select s.owner
          from fhir_name n
          join subscription_state s on s.tenant_id = n.tenant_id and s.subscription_id = fhir_resource.id
          where n.number = fhir_resource.type_number)
        where parties is null
          and type_number in (select number from fhir_name where kind = 1 and name = 'Subscription');
        """);
}
