using Vagus.Bus;
using Vagus.Kernel;
using Vagus.Server.Checkup;

namespace Vagus.Server.Tests;

public sealed class BusSettingsTests
{
    [Fact]
    public void Without_an_address_NATS_is_off_whatever_else_is_set() =>
        Assert.False(Read(("VAGUS_NATS_SENDERS", "no-such-file"), ("VAGUS_NATS_REPLICAS", "x")).IsOn);

    [Fact]
    public void Settings_are_read_and_the_public_address_is_the_source()
    {
        var senders = Path.GetTempFileName();
        File.WriteAllText(senders, """[{ "name": "bridge", "tenant": "north", "service": "lab-bridge" }]""");

        var options = Read(
            ("VAGUS_NATS", "tls://nats.example:4222"), ("VAGUS_NATS_USER", "vagus"), ("VAGUS_NATS_PASSWORD", "secret"),
            ("VAGUS_NATS_REPLICAS", "3"), ("VAGUS_NATS_DAYS", "14"), ("VAGUS_NATS_MODE", "binary"), ("VAGUS_NATS_LABELS", "Hiv, Genetics"),
            ("VAGUS_NATS_SENDERS", senders), ("VAGUS_NATS_READERS", "north/analytics, south/archive"));
        File.Delete(senders);

        Assert.Equal(("tls://nats.example:4222", "https://vagus.example", true), (options.Servers, options.Source, options.Binary));
        Assert.Equal((3, TimeSpan.FromDays(14)), (options.Limits.Replicas, options.Limits.Keep));
        Assert.Equal(Sensitivity.Hiv | Sensitivity.Genetics, options.SeesLabels);
        Assert.Equal([new BusSender("bridge", "north", "lab-bridge")], options.Senders);
        Assert.Equal([new BusReader("analytics", "north"), new BusReader("archive", "south")], options.Readers);
    }

    [Theory]
    [InlineData("VAGUS_NATS", "http://nats.example")]
    [InlineData("VAGUS_NATS_MODE", "json")]
    [InlineData("VAGUS_NATS_LABELS", "everything")]
    [InlineData("VAGUS_NATS_REPLICAS", "2")]
    [InlineData("VAGUS_NATS_DAYS", "-1")]
    [InlineData("VAGUS_NATS_SENDERS", "no-such-file")]
    [InlineData("VAGUS_NATS_CREDENTIALS", "no-such-file")]
    [InlineData("VAGUS_NATS_READERS", "analytics")]
    [InlineData("VAGUS_NATS_READERS", "north/*")]
    [InlineData("VAGUS_NATS_READERS", "north/a,north/a")]
    public void A_setting_that_cannot_be_read_is_named(string variable, string value)
    {
        var refused = Assert.Throws<FormatException>(() => Read(("VAGUS_NATS", "nats://127.0.0.1:4222"), (variable, value)));

        Assert.NotEmpty(refused.Message);
    }

    [Fact]
    public void NATS_on_another_machine_is_spoken_to_by_TLS_only()
    {
        var options = TestServer.Options("--urls http://127.0.0.1:3000 --behind-proxy") with
        {
            Bus = Read(("VAGUS_NATS", "nats://nats.example:4222")),
        };

        Assert.Contains("NATS on nats.example without TLS", Assert.Single(Safety.Refusals(options)), StringComparison.Ordinal);
        Assert.Empty(Safety.Refusals(options with { BehindProxy = false }));
        Assert.Empty(Safety.Refusals(options with { Bus = Read(("VAGUS_NATS", "tls://nats.example:4222")) }));
    }

    // What stands last counts.
    private static BusOptions Read(params (string Name, string Value)[] settings) => BusSettings.Read(
        name => settings.LastOrDefault(setting => setting.Name == name).Value, "https://vagus.example");
}
