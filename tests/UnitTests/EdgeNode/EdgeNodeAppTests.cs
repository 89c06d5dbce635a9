using EdgeNode;
using EdgeNode.Session;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sparkplug.Configuration;

namespace UnitTests.EdgeNode;

public sealed class EdgeNodeAppTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_part_that_fails_ends_the_process_with_an_exit_code_of_1()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddHostedService<FailingPart>();

        Assert.Equal(1, await EdgeNodeApp.RunAsync(builder.Build()));
    }

    [Fact]
    public async Task A_part_that_ends_when_it_is_told_to_gives_0()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddHostedService<StoppingPart>();

        Assert.Equal(0, await EdgeNodeApp.RunAsync(builder.Build()));
    }

    [Fact]
    public async Task A_data_folder_has_one_edge_node_at_a_time()
    {
        var (config, _) = EdgeNodeConfig.Read([
            "--EdgeNode:Servers:0=mqtt://127.0.0.1", "--EdgeNode:GroupId=G", "--EdgeNode:EdgeNodeId=N", $"--EdgeNode:DataDirectory={_folder}"]);
        using var first = new DataDirectory(config);
        using var second = new DataDirectory(config);
        await first.StartAsync(TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<ConfigurationFaultException>(() => second.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("another edge node", Assert.Single(fault.Faults).Reason, StringComparison.Ordinal);

        await first.StopAsync(TestContext.Current.CancellationToken);
        await second.StartAsync(TestContext.Current.CancellationToken);
    }

    private sealed class FailingPart : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("a fault of ours");
        }
    }

    private sealed class StoppingPart(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.StopApplication();
            return new TaskCompletionSource().Task.WaitAsync(stoppingToken);
        }
    }
}
