using Vagus.Demo.Connecting;

namespace Vagus.Demo.Synthetic;

/// <summary>One tenant's synthetic clinic on one day. Everything in it follows from these values and nothing else.</summary>
internal sealed record Clinic(string Tenant, string Name, int Seed, DateOnly Date, TimeSpan Offset)
{
    /// <summary>Midnight at which the clinic's day begins.</summary>
    public DateTimeOffset Today => new(Date, TimeOnly.MinValue, Offset);

    public required IReadOnlyList<StaffMember> Staff { get; init; }

    public required IReadOnlyList<Person> Patients { get; init; }

    public IReadOnlyList<StaffMember> Providers => [.. Staff.Where(member => member.Role == "provider")];

    public string OrganizationId => Id("organization/clinic");

    public string PayerId => Id("organization/payer");

    /// <summary>The clinic that a tenant's sign-ins describe: its users become staff, the rest is drawn from the seed.</summary>
    public static Clinic Of(TenantSignIns tenant, int seed, int patients, DateOnly date, TimeSpan offset)
    {
        var empty = new Clinic(tenant.Tenant, tenant.Name ?? tenant.Tenant, seed, date, offset) { Staff = [], Patients = [] };
        var staffed = empty with { Staff = Synthetic.Staff.Of(empty, tenant.Users) };
        return staffed with { Patients = People.Of(staffed, tenant.Users, patients) };
    }

    // The date is left out on purpose: a clinic loaded yesterday has the same patients today.
    public string Id(string path) => StableId.From($"{Seed}/{Tenant}/{path}");

    public Dice Dice(string path) => new(StableId.Seed($"{Seed}/{Tenant}/{path}"));

    public StaffMember AnyOf(string role, StaffMember otherwise) => Staff.FirstOrDefault(member => member.Role == role) ?? otherwise;
}
