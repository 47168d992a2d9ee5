using Vagus.Kernel;

namespace Vagus.Realtime.Tests.Live;

public sealed class BrokenTextTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("""{"\udc00":1}""", false)]
    [InlineData("""["\ud83d\u0041"]""", false)]
    [InlineData("""["\ud83d"]""", false)]
    [InlineData("""["\ude00\ud83d"]""", false)]
    [InlineData("""["a\u0000b"]""", false)]
    [InlineData("""["\ud83d\ude00"]""", true)]
    [InlineData("""["\\u0000"]""", true)]
    [InlineData("""["\\ud800"]""", true)]
    [InlineData("""["\\\ud800"]""", false)]
    [InlineData("""["a\nb\"c\u0041"]""", true)]
    [InlineData("[]", true)]
    public void A_text_that_cannot_be_kept_is_found(string json, bool isWellFormed) =>
        Assert.Equal(isWellFormed, WellFormed.Text(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"type":"authenticate","data":{"token":"\ud800"}}""")]
    [InlineData("""{"\ud800":"authenticate"}""")]
    public async Task The_first_raw_frame_with_a_broken_text_is_refused(string frame)
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        await using var client = await RawClient.Connect(clinic);

        await client.SayText(frame);

        Assert.Equal("not_authenticated", (await client.Hear("error")).GetProperty("code").GetString());
        Assert.Equal(4401, await client.HearClose());
    }

    [Fact]
    public async Task A_later_raw_frame_with_a_broken_text_is_refused()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());

        await client.SayText("""{"type":"subscribe","data":{"subscription_id":"\udfff"}}""");

        Assert.Equal("bad_frame", (await client.Hear("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_broken_credential_of_a_socket_is_unauthenticated()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        await using var client = await SocketClient.ConnectText(clinic, """40{"token":"\ud800"}""");

        Assert.True(client.IsRefused);
        Assert.Equal("unauthenticated", client.Connected.GetProperty("data").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("subscribe", """{"patientIds":["\ud800"]}""")]
    [InlineData("unsubscribe", """{"subscriptionId":"\ud800"}""")]
    [InlineData("view", """{"resource":"\ud800"}""")]
    [InlineData("authenticate", """{"token":"\ud800"}""")]
    [InlineData("acknowledge", """{"\ud800":"x"}""")]
    public async Task A_broken_text_in_a_request_is_refused_with_a_code(string name, string request)
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        var answer = await client.AskText(name, request);

        Assert.Equal("invalid_request", answer.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("""{"token":TOKEN,"client_id":7}""")]
    [InlineData("""{"token":TOKEN,"since":"x"}""")]
    [InlineData("""{"token":TOKEN,"since":-1}""")]
    public async Task A_good_token_with_a_bad_place_is_not_told_to_sign_in_again(string data)
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        var ann = await clinic.SignIn();
        await using var client = await RawClient.Connect(clinic);

        await client.SayText(
            $"{{\"type\":\"authenticate\",\"data\":{data.Replace("TOKEN", $"\"{ann.Token}\"", StringComparison.Ordinal)}}}");

        Assert.Equal("invalid_field", (await client.Hear("error")).GetProperty("code").GetString());
        Assert.Equal(1008, await client.HearClose());
    }
}
