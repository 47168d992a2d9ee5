using System.Text.Json;
using Xunit;

namespace Vagus.Testing;

/// <summary>What the server answered.</summary>
public sealed record Answer(int Status, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public JsonElement this[string name] => Json.GetProperty(name);

    public Answer Is(int status)
    {
        Assert.True(status == Status, $"{status} was expected, not {Status}: {Text}");
        return this;
    }

    public void IsRefused(int status, string code)
    {
        Is(status);
        Assert.Equal(code, this["code"].GetString());
    }
}
