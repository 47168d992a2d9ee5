using Vagus.Identity.Notices;

namespace Vagus.Identity.Tests.Notices;

public sealed class NoticeOptionsTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("http://sms.example", Secret, false)]
    [InlineData("http://sms.example", Secret, true)]
    [InlineData("https://user:secret@sms.example", Secret, false)]
    [InlineData("https://sms.example", "short", false)]
    [InlineData("https://sms.example", null, false)]
    [InlineData(null, Secret, false)]
    public void A_gateway_that_would_be_told_in_the_clear_or_without_a_secret_stops_the_start(
        string? url, string? secret, bool privately) =>
        Assert.Throws<InvalidOperationException>(() => new NoticeOptions
        {
            PhoneWebhook = url is null ? null : new Uri(url), PhoneSecret = secret, PhoneOnPrivateNetwork = privately,
        }.Validate());

    [Theory]
    [InlineData("https://sms.example/v1", false)]
    [InlineData("http://127.0.0.1:8080", true)]
    public void A_gateway_by_https_or_on_this_machine_is_taken(string url, bool privately) =>
        new NoticeOptions { PhoneWebhook = new Uri(url), PhoneSecret = Secret, PhoneOnPrivateNetwork = privately }.Validate();
}
