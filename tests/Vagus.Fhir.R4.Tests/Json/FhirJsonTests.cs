using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Json;

public sealed class FhirJsonTests
{
    [Theory]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\",}", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\"", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\"} x", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":01}", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":NaN}", "malformed-json")]
    [InlineData("/* hello */ {\"resourceType\":\"Patient\"}", "malformed-json")]
    [InlineData("\uFEFF{\"resourceType\":\"Patient\"}", "malformed-json")]
    [InlineData("", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\",\"id\":\"2\"}", "duplicate-key")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a\",\"f\\u0061mily\":\"b\"}]}", "duplicate-key")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\u0000\"}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\ud83d\"}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\ud83dx\\ude00\"}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\ude00\"}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"\\ud800\":1}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":{\"x\\udc00\":1,\"y\":2}}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"\\u0000\":1}", "unstorable-text")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\u12", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\uzzzz\"}", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\", "malformed-json")]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\ud800\\u", "unstorable-text")]
    [InlineData("[]", "not-a-resource")]
    [InlineData("\"Patient\"", "not-a-resource")]
    [InlineData("{\"id\":\"1\"}", "not-a-resource")]
    [InlineData("{\"resourceType\":1}", "not-a-resource")]
    public void What_is_not_a_clean_resource_is_refused_by_name(string json, string code) =>
        Assert.Equal(code, CodeOf(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        Assert.Equal("invalid-utf8", CodeOf([.. "{\"resourceType\":\"Patient\",\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]));
        Assert.Equal("invalid-utf8", CodeOf([.. "{\"resourceType\":\"Patient\",\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]));
    }

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, "too-deep")]
    [InlineData(100_000, "too-deep")]
    public void Nesting_has_a_limit(int arrays, string? code)
    {
        var json = $"{{\"resourceType\":\"Patient\",\"a\":{new string('[', arrays)}{new string(']', arrays)}}}";

        Assert.Equal(code, CodeOf(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Patient\",\"a\":\"\\ud83d\\ude00 \\\\u0000 \\\\\\\\ud83d \\\"\"}")]
    [InlineData(" { \"resourceType\" : \"Anything\" } \n")]
    public void Clean_text_is_parsed(string json) => Assert.Null(CodeOf(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Documents_that_are_not_resources_have_their_own_door()
    {
        using var patch = FhirJson.Parse("[{\"op\":\"remove\",\"path\":\"/name\"}]"u8.ToArray()).Value;

        Assert.Equal(JsonValueKind.Array, patch.RootElement.ValueKind);
    }

    private static string? CodeOf(byte[] json)
    {
        var parsed = FhirJson.ParseResource(json);
        if (!parsed.IsRefused)
        {
            parsed.Value.Dispose();
        }

        return parsed.Refusal?.Code;
    }
}
