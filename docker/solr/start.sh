#!/bin/sh
# Puts the configset of this image into the core at every start, so that an update of the image updates the core as well.
set -eu
core=/var/solr/data/ckan
mkdir -p "$core/conf"
cp /opt/portal-configset/* "$core/conf/"
[ -e "$core/core.properties" ] || printf 'name=ckan\n' > "$core/core.properties"
init-var-solr
exec solr-foreground
