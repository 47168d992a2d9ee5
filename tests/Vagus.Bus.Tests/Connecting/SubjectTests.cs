using Vagus.Bus.Connecting;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Bus.Tests.Connecting;

public sealed class SubjectTests
{
    [Theory]
    [InlineData("north.south")]
    [InlineData("north.>")]
    [InlineData("*")]
    [InlineData("North")]
    [InlineData("no rth")]
    [InlineData("north\r\nPUB x 0")]
    [InlineData("in_north")]
    [InlineData("")]
    public void A_tenant_whose_id_is_no_token_has_no_subject_and_no_stream(string tenant)
    {
        Assert.Throws<UnsafeSubjectException>(() => Subjects.Event(new TenantId(tenant), "patient.created"));
        Assert.Throws<UnsafeSubjectException>(() => Subjects.Events(new TenantId(tenant)));
        Assert.Throws<UnsafeSubjectException>(() => Subjects.EventStream(new TenantId(tenant)));
        Assert.Throws<UnsafeSubjectException>(() => Subjects.Dead(new TenantId(tenant)));
        Assert.Throws<UnsafeSubjectException>(() => Subjects.Intake(new TenantId(tenant)));
    }

    [Theory]
    [InlineData("patient.>")]
    [InlineData("patient..created")]
    [InlineData(".patient")]
    [InlineData("patient.*")]
    [InlineData("patient created")]
    [InlineData("patient.cré")]
    [InlineData("")]
    public void A_type_that_is_no_subject_is_refused(string type) =>
        Assert.Throws<UnsafeSubjectException>(() => Subjects.Event(new TenantId("north"), type));

    [Fact]
    public void Every_type_of_the_catalogue_is_a_subject() =>
        Assert.All(EventCatalogue.All, type => Assert.Equal($"vagus.north.{type.Name}", Subjects.Event(new TenantId("north"), type.Name)));

    [Theory]
    [InlineData("vagus-in.north.bridge.lab.result.available", "bridge")]
    [InlineData("vagus-in.north.bridge.x", "bridge")]
    [InlineData("vagus-in.north.bridge", null)]
    [InlineData("vagus-in.north..x", null)]
    [InlineData("vagus.north.bridge.x", null)]
    public void The_sender_is_the_third_token_of_an_intake(string subject, string? sender) =>
        Assert.Equal(sender, Subjects.SenderOf(subject));

    [Theory]
    [InlineData("0199-aBc_~", "0199-aBc_~")]
    [InlineData("a b", "a%20b")]
    [InlineData("a\r\nX: y", "a%0D%0AX:%20y")]
    [InlineData("100%", "100%25")]
    [InlineData("ë", "%C3%AB")]
    public void The_value_of_a_header_stays_on_its_line(string value, string written) => Assert.Equal(written, HeaderText.Write(value));
}
