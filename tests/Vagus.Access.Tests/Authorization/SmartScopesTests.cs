using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Authorization;

public sealed class SmartScopesTests
{
    private static readonly PatientId InContext = new("p1");

    [Theory]
    [InlineData("patient/Observation.rs", ResourceInteractions.Reading)]
    [InlineData("user/Observation.cruds", ResourceInteractions.Reading | ResourceInteractions.Writing)]
    [InlineData("system/*.r", ResourceInteractions.Read)]
    [InlineData("system/*.s", ResourceInteractions.Search)]
    [InlineData("user/Observation.cud", ResourceInteractions.Writing)]
    [InlineData("user/Observation.ud", ResourceInteractions.Update | ResourceInteractions.Delete)]
    [InlineData("user/Observation.c", ResourceInteractions.Create)]
    [InlineData("patient/Observation.read", ResourceInteractions.Reading)]
    [InlineData("user/*.write", ResourceInteractions.Writing)]
    [InlineData("user/Observation.*", ResourceInteractions.Reading | ResourceInteractions.Writing)]
    public void A_scope_grants_its_letters(string scope, ResourceInteractions interactions)
    {
        var grant = Assert.Single(SmartScopes.Grants([scope], InContext).Value);

        Assert.Equal(interactions, grant.Interactions);
        Assert.True(grant.Types.Contains("Observation"));
        Assert.Equal(scope.Contains('*') && !scope.EndsWith('*'), grant.Types.Contains("Patient"));
    }

    [Theory]
    [InlineData("patient/Observation.dus")]
    [InlineData("patient/Observation.sr")]
    [InlineData("patient/Observation.rr")]
    [InlineData("patient/Observation.")]
    [InlineData("patient/Observation")]
    [InlineData("patient/.rs")]
    [InlineData("patient/Observation.rs.rs")]
    [InlineData("Patient/Observation.rs")]
    [InlineData("patient/Observation.READ")]
    [InlineData("patient/Observation.rs?")]
    [InlineData("patient/Observation.rs?category")]
    [InlineData("patient/Observation.rs?category=")]
    [InlineData("patient/Observation.rs?category=a=b")]
    [InlineData("patient/Observation.rs?a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1&a=1")]
    [InlineData("patient/*.rs?category=laboratory")]
    [InlineData("/Observation.rs")]
    [InlineData("tenant/*.cruds")]
    [InlineData("patient/Obs%65rvation.rs")]
    public void A_malformed_scope_refuses_the_whole_list(string scope) =>
        Assert.Equal("invalid_scope", SmartScopes.Grants(["user/*.cruds", scope], InContext).Refusal?.Code);

    [Fact]
    public void Scopes_that_are_not_of_resources_grant_nothing() =>
        Assert.Equal([], SmartScopes.Grants(["openid", "fhirUser", "launch", "launch/patient", "offline_access"], InContext).Value);

    [Fact]
    public void A_patient_scope_is_of_the_patient_in_context_and_of_nobody_without_one()
    {
        var of = SmartScopes.Grants(["patient/Observation.rs"], InContext).Value[0];
        var without = SmartScopes.Grants(["patient/Observation.rs"], patient: null).Value[0];

        Assert.True(of.Rows.Covers(Observation("p1")));
        Assert.False(of.Rows.Covers(Observation("p2")));
        Assert.False(without.Rows.Covers(Observation("p1")));
    }

    [Fact]
    public void Parameters_are_unescaped_and_all_of_them_must_hold()
    {
        const string Scope = "patient/Observation.rs?category=http%3A%2F%2Flabs.example%2Fkinds%7Claboratory&status=final";

        var rows = SmartScopes.Grants([Scope], InContext).Value[0].Rows;

        Assert.Equal([new("category", "http://labs.example/kinds|laboratory"), new("status", "final")], rows.Criteria);
        Assert.False(rows.Covers(Observation("p1")), "facts alone do not tell whether a row matches");
    }

    [Theory]
    [InlineData(Role.Nurse, "user/Claim.cruds", "Claim", false)]
    [InlineData(Role.Nurse, "user/Observation.rs", "Observation", true)]
    [InlineData(Role.Nurse, "user/Observation.rs", "Condition", false)]
    [InlineData(Role.Patient, "patient/*.cruds", "Observation", true)]
    [InlineData(Role.Patient, "patient/Claim.rs", "Claim", false)]
    public void Scopes_narrow_the_role_and_never_widen_it(Role role, string scope, string type, bool reads)
    {
        var caller = new Caller(new TenantId("t"), new UserId("u"), role, new SessionId("s")) { OwnPatients = [InContext] };

        var reach = Reach.Of(caller, TenantNarrowing.None, SmartScopes.Grants([scope], InContext).Value);

        Assert.Equal(reads, reach.May(ResourceInteractions.Read, type));
        Assert.False(reach.May(ResourceInteractions.Update, "Observation") && role == Role.Patient);
        Assert.False(reach.IsOfRole);
    }

    [Fact]
    public void A_scope_without_one_of_the_letters_does_not_grant_it()
    {
        var caller = new Caller(new TenantId("t"), new UserId("u"), Role.Provider, new SessionId("s"));

        var reach = Reach.Of(caller, TenantNarrowing.None, SmartScopes.Grants(["user/Observation.cr", "user/Observation.s"], patient: null).Value);

        Assert.True(reach.May(ResourceInteractions.Create, "Observation"));
        Assert.True(reach.May(ResourceInteractions.Search, "Observation"));
        Assert.False(reach.May(ResourceInteractions.Update, "Observation"));
        Assert.False(reach.May(ResourceInteractions.Delete, "Observation"));
    }

    [Fact]
    public void A_caregiver_below_a_scope_of_one_dependant_does_not_reach_the_other()
    {
        var caller = new Caller(new TenantId("t"), new UserId("u"), Role.Patient, new SessionId("s"))
        {
            OwnPatients = [InContext, new PatientId("p2")],
        };

        var reach = Reach.Of(caller, TenantNarrowing.None, SmartScopes.Grants(["patient/*.rs"], new PatientId("p2")).Value);

        Assert.True(reach.Covers(ResourceInteractions.Read, Observation("p2")));
        Assert.False(reach.Covers(ResourceInteractions.Read, Observation("p1")));
        Assert.False(Reach.Of(caller, TenantNarrowing.None, SmartScopes.Grants(["patient/*.rs"], new PatientId("p3")).Value)
            .Covers(ResourceInteractions.Read, Observation("p3")));
    }

    private static RowFacts Observation(string patient) => new("Observation", [new PatientId(patient)], Sensitivity.None, true, []);
}
