namespace Vagus.Server.Tests;

public sealed class NoticeSettingsTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Without_variables_there_is_no_gateway_and_notices_wait_for_two_minutes()
    {
        var notices = NoticeSettings.Read(_ => null);

        Assert.Equal((null, null, TimeSpan.FromMinutes(2)), (notices.PhoneWebhook, notices.PhoneSecret, notices.Delay));
    }

    [Fact]
    public void A_gateway_its_secret_and_the_delay_are_read()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, Secret + "\n");
        try
        {
            var notices = Read("VAGUS_NOTICE_DELAY=30", "VAGUS_PHONE_WEBHOOK=https://sms.example/v1", $"VAGUS_PHONE_WEBHOOK_SECRET_FILE={file}");

            Assert.Equal(
                (new Uri("https://sms.example/v1"), Secret, TimeSpan.FromSeconds(30)),
                (notices.PhoneWebhook, notices.PhoneSecret, notices.Delay));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("VAGUS_NOTICE_DELAY=soon")]
    [InlineData("VAGUS_NOTICE_DELAY=86401")]
    [InlineData("VAGUS_PHONE_WEBHOOK=sms")]
    [InlineData("VAGUS_PHONE_WEBHOOK_SECRET_FILE=/nowhere/secret")]
    public void What_cannot_be_read_is_refused(string variable) => Assert.Throws<FormatException>(() => Read(variable));

    private static Identity.Notices.NoticeOptions Read(params string[] variables)
    {
        var set = variables.ToDictionary(each => each.Split('=')[0], each => each.Split('=')[1], StringComparer.Ordinal);
        return NoticeSettings.Read(set.GetValueOrDefault);
    }
}
