using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Feed;

public sealed class SharedFormTests
{
    [Fact]
    public void A_form_is_written_once_in_each_wire_form()
    {
        var times = 0;
        var text = new WireForm<PositionForm, string>(form => $"{form.Sequence} {++times}");
        var other = new WireForm<PositionForm, string?>(_ => ++times > 0 ? null : "");
        var (here, there) = (new PositionForm(7, isLive: true), new PositionForm(8, isLive: true));

        Assert.Equal(("7 1", "7 1"), (here.As(text), here.As(text)));
        Assert.Equal((null, null, 2), (here.As(other), here.As(other), times));
        Assert.Equal(("7 1", "8 3"), (here.As(text), there.As(text)));
    }
}
