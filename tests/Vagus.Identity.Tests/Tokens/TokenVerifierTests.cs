using System.Buffers.Text;
using System.Text;
using Vagus.Identity.Keys;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using static Vagus.Identity.Tests.Tokens.TokenForge;

namespace Vagus.Identity.Tests.Tokens;

public sealed class TokenVerifierTests
{
    [Fact]
    public void A_good_token_gives_its_claims()
    {
        var check = Verifier()
            .Verify(Sign(GoodHeader, Payload(("role", "\"patient\""), ("portal", "\"patient\""), ("patient", "\"p1\""))), Now);

        Assert.Equal(TokenFault.None, check.Fault);
        Assert.Equal(new UserId("u1"), check.Claims!.User);
        Assert.Equal(new TenantId("north"), check.Claims.Tenant);
        Assert.Equal(new SessionId("s1"), check.Claims.Session);
        Assert.Equal(Role.Patient, check.Claims.Role);
        Assert.Equal(new PatientId("p1"), check.Claims.Patient);
        Assert.Equal(Now.AddMinutes(10), check.Claims.ExpiresAt);
    }

    [Fact]
    public void What_we_issue_verifies()
    {
        var claims = Verifier().Verify(Sign(GoodHeader, GoodPayload), Now).Claims!;

        var again = Verifier().Verify(IssueToken.Sign(claims, Audience, Key), Now);

        Assert.Equal(claims, again.Claims);
    }

    [Fact]
    public void The_audience_may_be_one_of_several()
    {
        Assert.NotNull(Verifier().Verify(Sign(GoodHeader, Payload(("aud", "[\"other\",\"vagus\"]"))), Now).Claims);
    }

    [Fact]
    public void The_media_type_may_be_written_in_full() =>
        Assert.NotNull(Verifier().Verify(Sign(Header("typ", "\"application/at+jwt\""), GoodPayload), Now).Claims);

    [Fact]
    public void A_token_longer_than_8_KiB_is_refused_unread() =>
        Refused(TokenFault.TooLong, Sign(GoodHeader, Payload(("x", $"\"{new string('a', 8000)}\""))));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    public void A_token_has_three_segments(string token) => Refused(TokenFault.NotThreeSegments, token);

    [Fact]
    public void Padding_blanks_other_alphabets_and_spare_bits_are_refused()
    {
        var parts = Sign(GoodHeader, GoodPayload).Split('.');

        Refused(TokenFault.BadEncoding, $"{parts[0]}=.{parts[1]}.{parts[2]}");
        Refused(TokenFault.BadEncoding, $" {parts[0]}.{parts[1]}.{parts[2]}");
        Refused(TokenFault.BadEncoding, $"{parts[0]}.{parts[1]}\n.{parts[2]}");
        Refused(TokenFault.BadEncoding, $"{parts[0]}.+{parts[1]}.{parts[2]}");
        Refused(TokenFault.BadEncoding, $"{parts[0]}.é{parts[1]}.{parts[2]}");
        Refused(TokenFault.BadEncoding, $"{parts[0]}.{parts[1]}.{WithSpareBits(parts[2])}");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"alg\":\"ES256\",\"alg\":\"ES256\"}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}")]
    public void A_header_that_is_no_plain_object_is_refused(string header) => Refused(TokenFault.BadHeader, Sign(header, GoodPayload));

    [Fact]
    public void A_header_that_is_not_UTF_8_is_refused()
    {
        var header = Base64Url.EncodeToString([.. Encoding.UTF8.GetBytes("{\"alg\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}")]);

        Refused(TokenFault.BadHeader, $"{header}.{Encode(GoodPayload)}.{new string('A', 86)}");
    }

    [Theory]
    [InlineData("crit", "[\"exp\"]")]
    [InlineData("jku", "\"https://evil.example/keys\"")]
    [InlineData("jwk", "{}")]
    [InlineData("x5u", "\"https://evil.example/cert\"")]
    [InlineData("x5c", "[]")]
    [InlineData("b64", "false")]
    [InlineData("zip", "\"DEF\"")]
    public void A_header_that_chooses_its_own_rules_is_refused(string name, string json) =>
        Refused(TokenFault.ForbiddenHeader, Sign(Header(name, json), GoodPayload));

    [Theory]
    [InlineData("\"JWT\"")]
    [InlineData("\"logout+jwt\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    public void Only_access_tokens_are_taken(string kind) => Refused(TokenFault.WrongKind, Sign(Header("typ", kind), GoodPayload));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("es256")]
    public void The_algorithm_is_the_keys_and_not_the_headers(string algorithm) =>
        Refused(TokenFault.WrongAlgorithm, Sign(Header("alg", $"\"{algorithm}\""), GoodPayload));

    [Fact]
    public void An_unsigned_token_is_refused()
    {
        var unsigned = $"{Encode(Header("alg", "\"none\""))}.{Encode(GoodPayload)}.";

        Refused(TokenFault.WrongAlgorithm, unsigned);
        Refused(TokenFault.BadSignature, $"{Encode(GoodHeader)}.{Encode(GoodPayload)}.");
    }

    [Theory]
    [InlineData("\"unknown\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void The_key_is_one_of_the_issuers(string kid) => Refused(TokenFault.UnknownKey, Sign(Header("kid", kid), GoodPayload));

    [Fact]
    public void A_signature_by_another_key_is_refused() =>
        Refused(TokenFault.BadSignature, Sign(GoodHeader, GoodPayload, SigningKey.Create()));

    [Fact]
    public void A_changed_payload_or_header_is_refused()
    {
        var parts = Sign(GoodHeader, GoodPayload).Split('.');

        Refused(TokenFault.BadSignature, $"{parts[0]}.{Encode(Payload(("role", "\"admin\""), ("portal", "\"admin\"")))}.{parts[2]}");
        Refused(TokenFault.BadSignature, $"{Encode(Header("x", "1"))}.{parts[1]}.{parts[2]}");
    }

    [Theory]
    [InlineData("\"https://evil.example\"")]
    [InlineData("\"https://vagus.test/\"")]
    [InlineData("[\"https://vagus.test\"]")]
    [InlineData(null)]
    public void The_issuer_is_exactly_ours(string? issuer) => Refused(TokenFault.UnknownIssuer, Sign(GoodHeader, Payload(("iss", issuer))));

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("\"VAGUS\"")]
    [InlineData("[]")]
    [InlineData("[\"other\"]")]
    [InlineData("{\"a\":\"vagus\"}")]
    [InlineData(null)]
    public void The_audience_names_us(string? audience) => Refused(TokenFault.WrongAudience, Sign(GoodHeader, Payload(("aud", audience))));

    [Theory]
    [InlineData("sub", null)]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "7")]
    [InlineData("client_id", null)]
    [InlineData("jti", null)]
    [InlineData("iat", null)]
    [InlineData("exp", null)]
    [InlineData("tenant", null)]
    [InlineData("sid", null)]
    [InlineData("role", "\"root\"")]
    [InlineData("role", null)]
    [InlineData("portal", "\"admin\"")]
    [InlineData("patient", "\"p1\"")]
    public void A_required_claim_is_there_and_of_its_kind(string name, string? json) =>
        Refused(TokenFault.MissingClaim, Sign(GoodHeader, Payload((name, json))));

    [Fact]
    public void A_patients_token_names_its_patient() =>
        Refused(TokenFault.MissingClaim, Sign(GoodHeader, Payload(("role", "\"patient\""), ("portal", "\"patient\""))));

    [Theory]
    [InlineData("1772352600.5")]
    [InlineData("1.7e9")]
    [InlineData("\"1772352600\"")]
    [InlineData("-1")]
    [InlineData("253402300800")]
    [InlineData("99999999999999999999")]
    public void Dates_are_integers_within_the_calendar(string json) =>
        Refused(TokenFault.MissingClaim, Sign(GoodHeader, Payload(("exp", json))));

    [Fact]
    public void Time_is_checked_with_a_minute_of_skew()
    {
        Refused(TokenFault.Expired, Sign(GoodHeader, Payload(("exp", $"{Seconds - 60}"))));
        Refused(TokenFault.NotYetValid, Sign(GoodHeader, Payload(("iat", $"{Seconds + 61}"))));
        Refused(TokenFault.NotYetValid, Sign(GoodHeader, Payload(("nbf", $"{Seconds + 61}"))));
        Refused(TokenFault.NotYetValid, Sign(GoodHeader, Payload(("nbf", "\"soon\""))));
        Refused(TokenFault.TooOld, Sign(GoodHeader, Payload(("iat", $"{Seconds - 86_401}"))));
        Assert.NotNull(
            Verifier()
            .Verify(
            Sign(GoodHeader, Payload(("exp", $"{Seconds - 59}"), ("iat", $"{Seconds + 60}"), ("nbf", $"{Seconds + 60}"))), Now).Claims);
    }

    [Fact]
    public void Duplicate_claims_are_refused() =>
        Refused(TokenFault.BadPayload, Sign(GoodHeader, GoodPayload[..^1] + ",\"role\":\"admin\"}"));

    [Fact]
    public void Verified_tokens_are_remembered_for_a_minute_and_no_longer_than_they_live()
    {
        var asked = 0;
        var clock = new TestClock();
        var verifier = new TokenVerifier([new TrustedIssuer(Issuer, Audience, _ => { asked++; return Key.Verification; })]);
        var tokens = new VerifiedTokens(verifier, clock);
        var token = Sign(GoodHeader, Payload(("exp", $"{Seconds + 90}")));

        Assert.NotNull(tokens.Verify(token).Claims);
        Assert.NotNull(tokens.Verify(token).Claims);
        Assert.Equal(1, asked);

        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.NotNull(tokens.Verify(token).Claims);
        Assert.Equal(2, asked);

        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(TokenFault.Expired, tokens.Verify(token).Fault);
    }

    private static void Refused(TokenFault fault, string token) => Assert.Equal(fault, Verifier().Verify(token, Now).Fault);

    private static string Header(string name, string json)
    {
        var members = new Dictionary<string,
            string>(StringComparer.Ordinal) { ["alg"] = "\"ES256\"", ["typ"] = "\"at+jwt\"", ["kid"] = $"\"{Key.Kid}\"", [name] = json };
        return "{" + string.Join(",", members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}";
    }

    // 64 bytes take 86 characters; the last one carries four bits that must be zero.
    private static string WithSpareBits(string signature)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return signature[..^1] + alphabet[alphabet.IndexOf(signature[^1], StringComparison.Ordinal) | 1];
    }
}
