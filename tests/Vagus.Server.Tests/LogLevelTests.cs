using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vagus.Server.Tests;

public sealed class LogLevelTests
{
    private const string Local = "--urls http://127.0.0.1:0";

    [Theory]
    [InlineData("", LogLevel.Information, LogLevel.Information, LogLevel.Warning)]
    [InlineData(" --log-level warning", LogLevel.Warning, LogLevel.Warning, LogLevel.Warning)]
    [InlineData(" --log-level Vagus.Realtime=Debug", LogLevel.Information, LogLevel.Debug, LogLevel.Warning)]
    [InlineData(" --log-level Error;Vagus.Realtime=Debug;Microsoft.AspNetCore=Information", LogLevel.Error, LogLevel.Debug, LogLevel.Information)]
    public async Task The_least_level_holds_for_all_and_a_category_may_have_its_own(
        string setting, LogLevel other, LogLevel realtime, LogLevel web)
    {
        await using var server = TestServer.Build(Local + setting, services => services.AddLogging(logging => logging.AddConsole()));
        var loggers = server.Get<ILoggerFactory>();

        Assert.Equal(other, Least(loggers.CreateLogger("Vagus.Storage.Log.RetentionSweep")));
        Assert.Equal(realtime, Least(loggers.CreateLogger("Vagus.Realtime.Feed.Feeds")));
        Assert.Equal(web, Least(loggers.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics")));
    }

    [Theory]
    [InlineData("loud")]
    [InlineData("Vagus=1")]
    [InlineData("Vagus.Realtime=")]
    public void A_level_that_does_not_exist_is_refused(string setting) =>
        Assert.Throws<FormatException>(() => TestServer.Options($"{Local} --log-level {setting}"));

    private static LogLevel Least(ILogger logger) => Enum.GetValues<LogLevel>().First(logger.IsEnabled);
}
