using System.Text.Json;
using Vagus.Access.Visibility;

namespace Vagus.Access.Tests.Visibility;

public sealed class TenantPolicyTests
{
    [Theory]
    [InlineData("\"open\"", true)]
    [InlineData("{}", true)]
    [InlineData("""{"nurse":["radiology.*","lab.critical.alert"]}""", true)]
    [InlineData("\"opne\"", false)]
    [InlineData("""{"nurze":["radiology.*"]}""", false)]
    [InlineData("""{"nurse":"radiology.*"}""", false)]
    [InlineData("""{"nurse":["radiolgy.*"]}""", false)]
    [InlineData("""{"nurse":[7]}""", false)]
    [InlineData("""{"nurse":[""]}""", false)]
    [InlineData("[]", false)]
    public void A_setting_that_names_what_does_not_exist_is_refused(string setting, bool isTaken)
    {
        using var parsed = JsonDocument.Parse(setting);

        Assert.Equal(isTaken, TenantPolicy.Refuse(parsed.RootElement) is null);
    }
}
