using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Authorization;

/// <summary>Callers with equal keys reach alike: what was made for one may be given to the other.</summary>
public sealed class ReachKeyTests
{
    private static readonly TenantNarrowing Narrowing = TenantNarrowing.Parse(JsonElement.Parse("""{"nurse":{"read":["Claim"]}}"""));

    [Fact]
    public void Colleagues_of_a_role_have_one_key()
    {
        Assert.Equal(Of(Staff("u1", Role.Nurse)), Of(Staff("u2", Role.Nurse) with { Practitioner = "p2" }));
        Assert.Equal(Of(Staff("u1", Role.Nurse), Narrowing), Of(Staff("u2", Role.Nurse), Narrowing));
    }

    [Fact]
    public void Another_role_other_labels_and_another_narrowing_make_another_key()
    {
        var key = Of(Staff("u1", Role.Nurse));

        Assert.NotEqual(key, Of(Staff("u1", Role.Provider)));
        Assert.NotEqual(key, Of(Staff("u1", Role.Nurse) with { SeesLabels = Sensitivity.Hiv }));
        Assert.NotEqual(key, Of(Staff("u1", Role.Nurse), Narrowing));
    }

    [Fact]
    public void Patients_and_drivers_stand_alone()
    {
        var mother = Staff("u1", Role.Patient) with { OwnPatients = [new PatientId("p1"), new PatientId("p2")] };

        Assert.Equal(Of(mother), Of(mother with { }));
        Assert.NotEqual(Of(mother), Of(mother with { User = new UserId("u2") }));
        Assert.NotEqual(Of(mother), Of(mother with { OwnPatients = [new PatientId("p1")] }));
        Assert.NotEqual(
            Of(mother), Of(mother with { OwnPatients = [new PatientId("p1")], LimitedPatients = [new PatientId("p2")] }));
        Assert.NotEqual(Of(Staff("u1", Role.Driver)), Of(Staff("u2", Role.Driver)));
    }

    [Fact]
    public void A_credential_that_lets_through_less_than_the_role_has_a_key_of_its_own()
    {
        var nurse = Staff("u1", Role.Nurse);
        var scoped = Reach.Of(nurse, TenantNarrowing.None, SmartScopes.Grants(["user/Observation.rs"], patient: null).Value);

        Assert.NotEqual(Of(nurse), ReachKey.Of(scoped));
    }

    private static Caller Staff(string user, Role role) => new(new TenantId("t1"), new UserId(user), role, new SessionId($"of-{user}"));

    private static ReachKey Of(Caller caller, TenantNarrowing? narrowing = null) =>
        ReachKey.Of(Reach.Of(caller, narrowing ?? TenantNarrowing.None, ceiling: null));
}
