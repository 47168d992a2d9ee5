using Vagus.Access.Tests.Vault.Envelopes;
using Vagus.Access.Vault;

namespace Vagus.Access.Tests.Vault;

public sealed class SealedTextTests
{
    private static readonly byte[] Envelope = Convert.FromHexString(Vectors.Frozen.Envelopes.First(each => each.Length == 13).Envelope!);

    [Fact]
    public void An_envelope_comes_back_from_its_text()
    {
        var text = SealedText.Of(Envelope);

        Assert.Matches("^ce1:[A-Za-z0-9_-]+$", text);
        Assert.Equal(Envelope, SealedText.Read(text));
        Assert.Equal(Vectors.Frozen.SaltBytes, Convert.FromBase64String(SealedText.InitializationVector(Envelope)));
        Assert.Equal(Envelope[^16..], Convert.FromBase64String(SealedText.AuthenticationTag(Envelope)));
    }

    [Fact]
    public void Other_texts_are_no_envelopes()
    {
        var good = SealedText.Of(Envelope);
        string[] bad =
        [
            "", "ce1:", "hello", good[4..], "CE1:" + good[4..], good + "=", good + " ", good + "\n", good[..60],
            "ce1:" + new string('*', 200),
            good[..^1] + (char)(good[^1] + 1),
        ];

        Assert.All(bad, text => Assert.Null(SealedText.Read(text)));
    }
}
