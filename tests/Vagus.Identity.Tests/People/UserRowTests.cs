using Vagus.Identity.People;
using Vagus.Kernel;

namespace Vagus.Identity.Tests.People;

public sealed class UserRowTests
{
    [Fact]
    public void A_patient_that_was_made_its_own_proxy_has_each_patient_once()
    {
        var user = new UserRow
        {
            Tenant = new TenantId("north"),
            User = new UserId("u1"),
            Email = "pat@example.org",
            DisplayName = "Pat",
            Role = Role.Patient,
            Patient = new PatientId("p1"),
            Dependants = [Whole("child"), Whole("p1")],
            SeesLabels = Sensitivity.None,
            PasswordHash = "",
            Disabled = false,
            SecurityVersion = 0,
        };

        Assert.Equal([new PatientId("p1"), new PatientId("child")], user.CallerIn(new SessionId("s1"), DateTimeOffset.UnixEpoch).OwnPatients);
    }

    private static Dependant Whole(string patient) =>
        new(new PatientId(patient), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
}
