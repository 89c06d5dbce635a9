using SystemTests.Support;

namespace SystemTests.Tahu;

/// <summary>An edge node made of Eclipse Tahu's JavaScript client (npm <c>sparkplug-client</c>), in a process of its own.</summary>
internal sealed class TahuEdgeNode : IAsyncDisposable
{
    private TahuEdgeNode(ServiceProcess process) => Process = process;

    public ServiceProcess Process { get; }

    public static TahuEdgeNode Start(string server, string group, string node) =>
        new(ServiceProcess.Start("tahu edge node", "node", [Repository.PathOf("tests", "SystemTests", "Tahu", "edge-node.js"), server, group, node]));

    /// <summary>Types one of the script's commands.</summary>
    public Task DoAsync(string command) => Process.TypeAsync(command);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
