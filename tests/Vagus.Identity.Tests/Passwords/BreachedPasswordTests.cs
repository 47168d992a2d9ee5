using System.Security.Cryptography;
using Vagus.Identity.Passwords;

namespace Vagus.Identity.Tests.Passwords;

public sealed class BreachedPasswordTests
{
    [Theory]
    [InlineData("1q2w3e4r5t6y7u8i")]
    [InlineData("QWERTYUIOPASDFGHJKL")]
    [InlineData("password12345678")]
    [InlineData("!!!Password2026!!")]
    [InlineData("trustno1trustno1")]
    [InlineData("sunshinesunshine")]
    [InlineData("princess2princess2")]
    [InlineData("12345baseball12345")]
    public void What_attackers_try_first_is_refused_also_when_it_is_made_longer(string password) =>
        Assert.Equal(PasswordRules.Breached, PasswordRules.Check(password));

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("password but with more to it")]
    [InlineData("baseball 8813 4471 9920 tx")]
    [InlineData("пароль для клиники")]
    public void A_long_remainder_is_a_password_by_itself(string password) => Assert.Null(PasswordRules.Check(password));

    [Theory]
    [InlineData("ann.smith.north.2026")]
    [InlineData("Smith-Vagus-Ann-99")]
    [InlineData("annsmithannsmith7")]
    public void Words_of_the_address_the_name_and_the_organization_do_not_count(string password) =>
        Assert.Equal(PasswordRules.Guessable, PasswordRules.Check(password, "ann.smith", "Ann Smith", "north"));

    [Fact]
    public void A_filter_knows_all_that_was_added_and_few_others()
    {
        var added = Enumerable.Range(0, 20_000).Select(number => $"password-{number}").ToList();
        var filter = PasswordFilter.Read(PasswordFilter.Of(added).ToBytes());

        Assert.Equal(added.Count, filter.Count);
        Assert.All(added, password => Assert.True(filter.Knows(password.ToUpperInvariant())));
        Assert.InRange(Enumerable.Range(0, 20_000).Count(number => filter.Knows($"another-{number}")), 0, 60);
    }

    [Fact]
    public void Of_random_passwords_at_most_one_in_three_hundred_is_refused_by_mistake()
    {
        var refused = Enumerable.Range(0, 100_000).Count(number => BreachedPasswords.Contain(
            Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)))[..20]));

        Assert.InRange(refused, 0, 333);
    }
}
