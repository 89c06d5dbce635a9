using Microsoft.Extensions.Hosting;

await EdgeNode.EdgeNodeApp.Build(args).RunAsync();
