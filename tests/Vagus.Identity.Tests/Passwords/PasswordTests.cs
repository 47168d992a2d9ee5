using Vagus.Identity.Passwords;

namespace Vagus.Identity.Tests.Passwords;

public sealed class PasswordTests
{
    private static readonly PasswordHashing Hashing = new(new IdentityOptions { PasswordIterations = 10 });

    [Theory]
    [InlineData("short", "password_too_short")]
    [InlineData("fourteen chars", "password_too_short")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", "password_guessable")]
    [InlineData("abababababababababab", "password_guessable")]
    [InlineData("annannannannann-2026", "password_guessable")]
    [InlineData("vagusvagusvagus1234", "password_guessable")]
    [InlineData("correct horse battery staple", null)]
    [InlineData("пароль для клиники", null)]
    public void A_password_is_long_and_not_what_one_tries_first(string password, string? code) =>
        Assert.Equal(code, PasswordRules.Check(password, "ann", "Ann Smith", "north")?.Code);

    [Fact]
    public void A_password_has_at_most_256_bytes()
    {
        var fits = string.Concat(Enumerable.Range(0, 64).Select(n => $"{n:D3}x"));

        Assert.Null(PasswordRules.Check(fits));
        Assert.Equal(PasswordRules.TooLong, PasswordRules.Check(fits + "y"));
    }

    [Fact]
    public async Task A_password_is_compared_exactly_as_it_was_given()
    {
        var hash = Hashing.Hash("  Correct Horse  ");

        Assert.Equal(PasswordMatch.Right, await Hashing.Compare(hash, "  Correct Horse  ", "network", default));
        Assert.Equal(PasswordMatch.Wrong, await Hashing.Compare(hash, "Correct Horse", "network", default));
        Assert.Equal(PasswordMatch.Wrong, await Hashing.Compare(hash, "  correct Horse  ", "network", default));
    }

    [Fact]
    public async Task An_unknown_user_is_wrong_even_with_the_dummys_own_password() =>
        Assert.Equal(PasswordMatch.Wrong, await Hashing.Compare(hash: null, "nobody has this password", "network", default));

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_right_but_old()
    {
        var today = new PasswordHashing(new IdentityOptions { PasswordIterations = 20 });

        Assert.Equal(PasswordMatch.RightButOld, await today.Compare(Hashing.Hash("correct horse"), "correct horse", "network", default));
    }

    [Fact]
    public void The_default_cost_is_220_000_rounds_of_HMAC_SHA512()
    {
        var hashing = new PasswordHashing(new IdentityOptions());

        var hash = Convert.FromBase64String(hashing.Hash("correct horse"));

        Assert.Equal([0x01, 0, 0, 0, 2, 0x00, 0x03, 0x5B, 0x60], hash[..9]);
    }

    [Fact]
    public async Task Who_gets_no_turn_in_time_is_sent_away()
    {
        var slow = new PasswordHashing(new IdentityOptions { PasswordIterations = 3_000_000, PasswordWait = TimeSpan.Zero });
        slow.WarmUp();

        var answers = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount * 3).Select(_ =>
            Task.Factory.StartNew(() => slow.Compare(hash: null, "x", "network", default).AsTask(), TaskCreationOptions.LongRunning)
                .Unwrap()));

        Assert.Contains(PasswordMatch.Busy, answers);
        Assert.Contains(PasswordMatch.Wrong, answers);
    }
}
