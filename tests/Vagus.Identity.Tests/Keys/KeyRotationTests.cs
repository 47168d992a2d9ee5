using Vagus.Identity.Keys;

namespace Vagus.Identity.Tests.Keys;

public sealed class KeyRotationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    [Fact]
    public void The_first_key_is_active_at_once() => Assert.Equal(new KeyStep.Create(KeyState.Active), Next([], Start));

    [Fact]
    public void A_young_key_stays() => Assert.Null(Next([new("a", KeyState.Active, Start)], Start.AddDays(89)));

    [Fact]
    public void The_next_key_is_published_an_hour_before_its_time() =>
        Assert.Equal(new KeyStep.Create(KeyState.Next), Next([new("a", KeyState.Active, Start)], Start.AddDays(90).AddHours(-1)));

    [Fact]
    public void The_next_key_is_used_only_after_its_notice()
    {
        var late = Start.AddDays(200);
        KeyAge[] keys = [new("a", KeyState.Active, Start), new("b", KeyState.Next, late)];

        Assert.Null(Next(keys, late.AddMinutes(59)));
        Assert.Equal(new KeyStep.Promote("a", "b"), Next(keys, late.AddHours(1)));
    }

    [Fact]
    public void A_retired_key_verifies_until_its_last_token_has_run_out()
    {
        KeyAge[] keys = [new("a", KeyState.Retired, Start), new("b", KeyState.Active, Start)];

        Assert.Null(Next(keys, Start.AddMinutes(70)));
        Assert.Equal(new KeyStep.Forget("a"), Next(keys, Start.AddMinutes(71)));
    }

    private static KeyStep? Next(KeyAge[] keys, DateTimeOffset now) => KeyRotation.NextStep(keys, TokenLifetime, now);
}
